extension SunSpecModel {
    // One word a point: name, type, `*` scale factor, `/` unit; the offsets follow from the sizes of the types.

    /// The maker, the product, its version and serial number (model 1).
    static let commonPoints = """
        Mn:str16 Md:str16 Opt:str8 Vr:str8 SN:str16 DA:u16 Pad:pad
        """

    /// Inverters with whole numbers and scale factors (models 101 to 103, one to three phases).
    static let inverterPoints = """
        A:u16*A_SF/A AphA:u16*A_SF/A AphB:u16*A_SF/A AphC:u16*A_SF/A A_SF:sf PPVphAB:u16*V_SF/V PPVphBC:u16*V_SF/V
        PPVphCA:u16*V_SF/V PhVphA:u16*V_SF/V PhVphB:u16*V_SF/V PhVphC:u16*V_SF/V V_SF:sf W:i16*W_SF/W W_SF:sf
        Hz:u16*Hz_SF/Hz Hz_SF:sf VA:i16*VA_SF/VA VA_SF:sf VAr:i16*VAr_SF/var VAr_SF:sf PF:i16*PF_SF/Pct PF_SF:sf
        WH:acc32*WH_SF/Wh WH_SF:sf DCA:u16*DCA_SF/A DCA_SF:sf DCV:u16*DCV_SF/V DCV_SF:sf DCW:i16*DCW_SF/W DCW_SF:sf
        TmpCab:i16*Tmp_SF/C TmpSnk:i16*Tmp_SF/C TmpTrns:i16*Tmp_SF/C TmpOt:i16*Tmp_SF/C Tmp_SF:sf St:e16 StVnd:e16
        Evt1:b32 Evt2:b32 EvtVnd1:b32 EvtVnd2:b32 EvtVnd3:b32 EvtVnd4:b32
        """

    /// Inverters with floating-point numbers (models 111 to 113).
    static let inverterFloatPoints = """
        A:f32/A AphA:f32/A AphB:f32/A AphC:f32/A PPVphAB:f32/V PPVphBC:f32/V PPVphCA:f32/V PhVphA:f32/V PhVphB:f32/V
        PhVphC:f32/V W:f32/W Hz:f32/Hz VA:f32/VA VAr:f32/var PF:f32/Pct WH:f32/Wh DCA:f32/A DCV:f32/V DCW:f32/W
        TmpCab:f32/C TmpSnk:f32/C TmpTrns:f32/C TmpOt:f32/C St:e16 StVnd:e16 Evt1:b32 Evt2:b32 EvtVnd1:b32
        EvtVnd2:b32 EvtVnd3:b32 EvtVnd4:b32
        """

    /// The ratings of an inverter or a battery (model 120).
    static let nameplatePoints = """
        DERTyp:e16 WRtg:u16*WRtg_SF/W WRtg_SF:sf VARtg:u16*VARtg_SF/VA VARtg_SF:sf VArRtgQ1:i16*VArRtg_SF/var
        VArRtgQ2:i16*VArRtg_SF/var VArRtgQ3:i16*VArRtg_SF/var VArRtgQ4:i16*VArRtg_SF/var VArRtg_SF:sf
        ARtg:u16*ARtg_SF/A ARtg_SF:sf PFRtgQ1:i16*PFRtg_SF/cos() PFRtgQ2:i16*PFRtg_SF/cos()
        PFRtgQ3:i16*PFRtg_SF/cos() PFRtgQ4:i16*PFRtg_SF/cos() PFRtg_SF:sf WHRtg:u16*WHRtg_SF/Wh WHRtg_SF:sf
        AhrRtg:u16*AhrRtg_SF/AH AhrRtg_SF:sf MaxChaRte:u16*MaxChaRte_SF/W MaxChaRte_SF:sf
        MaxDisChaRte:u16*MaxDisChaRte_SF/W MaxDisChaRte_SF:sf Pad:pad
        """

    /// The inputs of an inverter (model 160), before the repeated part.
    static let stringsPoints = """
        DCA_SF:sf DCV_SF:sf DCW_SF:sf DCWH_SF:sf Evt:b32 N:n16 TmsPer:u16
        """

    /// One input of an inverter (model 160).
    static let stringPoints = """
        ID:u16 IDStr:str8 DCA:u16*DCA_SF/A DCV:u16*DCV_SF/V DCW:u16*DCW_SF/W DCWH:acc32*DCWH_SF/Wh Tms:u32/Secs
        Tmp:i16/C DCSt:e16 DCEvt:b32
        """

    /// Meters with whole numbers and scale factors (models 201 to 204).
    static let meterPoints = """
        A:i16*A_SF/A AphA:i16*A_SF/A AphB:i16*A_SF/A AphC:i16*A_SF/A A_SF:sf PhV:i16*V_SF/V PhVphA:i16*V_SF/V
        PhVphB:i16*V_SF/V PhVphC:i16*V_SF/V PPV:i16*V_SF/V PPVphAB:i16*V_SF/V PPVphBC:i16*V_SF/V PPVphCA:i16*V_SF/V
        V_SF:sf Hz:i16*Hz_SF/Hz Hz_SF:sf W:i16*W_SF/W WphA:i16*W_SF/W WphB:i16*W_SF/W WphC:i16*W_SF/W W_SF:sf
        VA:i16*VA_SF/VA VAphA:i16*VA_SF/VA VAphB:i16*VA_SF/VA VAphC:i16*VA_SF/VA VA_SF:sf VAR:i16*VAR_SF/var
        VARphA:i16*VAR_SF/var VARphB:i16*VAR_SF/var VARphC:i16*VAR_SF/var VAR_SF:sf PF:i16*PF_SF/Pct
        PFphA:i16*PF_SF/Pct PFphB:i16*PF_SF/Pct PFphC:i16*PF_SF/Pct PF_SF:sf TotWhExp:acc32*TotWh_SF/Wh
        TotWhExpPhA:acc32*TotWh_SF/Wh TotWhExpPhB:acc32*TotWh_SF/Wh TotWhExpPhC:acc32*TotWh_SF/Wh
        TotWhImp:acc32*TotWh_SF/Wh TotWhImpPhA:acc32*TotWh_SF/Wh TotWhImpPhB:acc32*TotWh_SF/Wh
        TotWhImpPhC:acc32*TotWh_SF/Wh TotWh_SF:sf TotVAhExp:acc32*TotVAh_SF/VAh TotVAhExpPhA:acc32*TotVAh_SF/VAh
        TotVAhExpPhB:acc32*TotVAh_SF/VAh TotVAhExpPhC:acc32*TotVAh_SF/VAh TotVAhImp:acc32*TotVAh_SF/VAh
        TotVAhImpPhA:acc32*TotVAh_SF/VAh TotVAhImpPhB:acc32*TotVAh_SF/VAh TotVAhImpPhC:acc32*TotVAh_SF/VAh
        TotVAh_SF:sf TotVArhImpQ1:acc32*TotVArh_SF/varh TotVArhImpQ1PhA:acc32*TotVArh_SF/varh
        TotVArhImpQ1PhB:acc32*TotVArh_SF/varh TotVArhImpQ1PhC:acc32*TotVArh_SF/varh
        TotVArhImpQ2:acc32*TotVArh_SF/varh TotVArhImpQ2PhA:acc32*TotVArh_SF/varh
        TotVArhImpQ2PhB:acc32*TotVArh_SF/varh TotVArhImpQ2PhC:acc32*TotVArh_SF/varh
        TotVArhExpQ3:acc32*TotVArh_SF/varh TotVArhExpQ3PhA:acc32*TotVArh_SF/varh
        TotVArhExpQ3PhB:acc32*TotVArh_SF/varh TotVArhExpQ3PhC:acc32*TotVArh_SF/varh
        TotVArhExpQ4:acc32*TotVArh_SF/varh TotVArhExpQ4PhA:acc32*TotVArh_SF/varh
        TotVArhExpQ4PhB:acc32*TotVArh_SF/varh TotVArhExpQ4PhC:acc32*TotVArh_SF/varh TotVArh_SF:sf Evt:b32
        """

    /// Meters with floating-point numbers (models 211 to 214).
    static let meterFloatPoints = """
        A:f32/A AphA:f32/A AphB:f32/A AphC:f32/A PhV:f32/V PhVphA:f32/V PhVphB:f32/V PhVphC:f32/V PPV:f32/V
        PPVphAB:f32/V PPVphBC:f32/V PPVphCA:f32/V Hz:f32/Hz W:f32/W WphA:f32/W WphB:f32/W WphC:f32/W VA:f32/VA
        VAphA:f32/VA VAphB:f32/VA VAphC:f32/VA VAR:f32/var VARphA:f32/var VARphB:f32/var VARphC:f32/var PF:f32/PF
        PFphA:f32/PF PFphB:f32/PF PFphC:f32/PF TotWhExp:f32/Wh TotWhExpPhA:f32/Wh TotWhExpPhB:f32/Wh
        TotWhExpPhC:f32/Wh TotWhImp:f32/Wh TotWhImpPhA:f32/Wh TotWhImpPhB:f32/Wh TotWhImpPhC:f32/Wh
        TotVAhExp:f32/VAh TotVAhExpPhA:f32/VAh TotVAhExpPhB:f32/VAh TotVAhExpPhC:f32/VAh TotVAhImp:f32/VAh
        TotVAhImpPhA:f32/VAh TotVAhImpPhB:f32/VAh TotVAhImpPhC:f32/VAh TotVArhImpQ1:f32/varh
        TotVArhImpQ1phA:f32/varh TotVArhImpQ1phB:f32/varh TotVArhImpQ1phC:f32/varh TotVArhImpQ2:f32/varh
        TotVArhImpQ2phA:f32/varh TotVArhImpQ2phB:f32/varh TotVArhImpQ2phC:f32/varh TotVArhExpQ3:f32/varh
        TotVArhExpQ3phA:f32/varh TotVArhExpQ3phB:f32/varh TotVArhExpQ3phC:f32/varh TotVArhExpQ4:f32/varh
        TotVArhExpQ4phA:f32/varh TotVArhExpQ4phB:f32/varh TotVArhExpQ4phC:f32/varh Evt:b32
        """

    /// Inverters and batteries by IEEE 1547 (model 701).
    static let measurementsPoints = """
        ACType:e16 St:e16 InvSt:e16 ConnSt:e16 Alrm:b32 DERMode:b32 W:i16*W_SF/W VA:i16*VA_SF/VA Var:i16*Var_SF/Var
        PF:i16*PF_SF A:i16*A_SF/A LLV:u16*V_SF/V LNV:u16*V_SF/V Hz:u32*Hz_SF/Hz TotWhInj:u64*TotWh_SF/Wh
        TotWhAbs:u64*TotWh_SF/Wh TotVarhInj:u64*TotVarh_SF/Varh TotVarhAbs:u64*TotVarh_SF/Varh TmpAmb:i16*Tmp_SF/C
        TmpCab:i16*Tmp_SF/C TmpSnk:i16*Tmp_SF/C TmpTrns:i16*Tmp_SF/C TmpSw:i16*Tmp_SF/C TmpOt:i16*Tmp_SF/C
        WL1:i16*W_SF/W VAL1:i16*VA_SF/VA VarL1:i16*Var_SF/Var PFL1:i16*PF_SF AL1:i16*A_SF/A VL1L2:u16*V_SF/V
        VL1:u16*V_SF/V TotWhInjL1:u64*TotWh_SF/Wh TotWhAbsL1:u64*TotWh_SF/Wh TotVarhInjL1:u64*TotVarh_SF/Varh
        TotVarhAbsL1:u64*TotVarh_SF/Varh WL2:i16*W_SF/W VAL2:i16*VA_SF/VA VarL2:i16*Var_SF/Var PFL2:i16*PF_SF
        AL2:i16*A_SF/A VL2L3:u16*V_SF/V VL2:u16*V_SF/V TotWhInjL2:u64*TotWh_SF/Wh TotWhAbsL2:u64*TotWh_SF/Wh
        TotVarhInjL2:u64*TotVarh_SF/Varh TotVarhAbsL2:u64*TotVarh_SF/Varh WL3:i16*W_SF/W VAL3:i16*VA_SF/VA
        VarL3:i16*Var_SF/Var PFL3:i16*PF_SF AL3:i16*A_SF/A VL3L1:u16*V_SF/V VL3:u16*V_SF/V
        TotWhInjL3:u64*TotWh_SF/Wh TotWhAbsL3:u64*TotWh_SF/Wh TotVarhInjL3:u64*TotVarh_SF/Varh
        TotVarhAbsL3:u64*TotVarh_SF/Varh ThrotPct:u16/Pct ThrotSrc:b32 A_SF:sf V_SF:sf Hz_SF:sf W_SF:sf PF_SF:sf
        VA_SF:sf Var_SF:sf TotWh_SF:sf TotVarh_SF:sf Tmp_SF:sf MnAlrmInfo:str32
        """
}
